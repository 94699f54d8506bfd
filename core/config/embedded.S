/* SPDX-License-Identifier: BSD-2-Clause */

/* Texts that the program carries; see embedded.h. */

	.section .rodata
	.globl embedded_host_schema, embedded_host_schema_end
	.hidden embedded_host_schema, embedded_host_schema_end
	.globl embedded_faults, embedded_faults_end
	.hidden embedded_faults, embedded_faults_end
	.globl embedded_default, embedded_default_end
	.hidden embedded_default, embedded_default_end
embedded_host_schema:
	.incbin "core/config/host_schema.yaml"
embedded_host_schema_end:
	.byte 0
embedded_faults:
	.incbin "core/config/faults.yaml"
embedded_faults_end:
	.byte 0
embedded_default:
	.incbin "conf/entrepot.yaml"
embedded_default_end:
	.byte 0

	.section .note.GNU-stack,"",%progbits
