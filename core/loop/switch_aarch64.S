/* SPDX-License-Identifier: BSD-2-Clause */

#if defined(__aarch64__)
	.text
	.globl switch_stack
	.hidden switch_stack
	.type switch_stack, %function
/* (x0: where to leave the old stack pointer, x1: the new one) */
switch_stack:
	.cfi_startproc
	sub sp, sp, #176
	stp x19, x20, [sp, #0]
	stp x21, x22, [sp, #16]
	stp x23, x24, [sp, #32]
	stp x25, x26, [sp, #48]
	stp x27, x28, [sp, #64]
	stp x29, x30, [sp, #80]
	stp d8, d9, [sp, #96]
	stp d10, d11, [sp, #112]
	stp d12, d13, [sp, #128]
	stp d14, d15, [sp, #144]
	mrs x9, fpcr
	str x9, [sp, #160]
	mov x9, sp
	str x9, [x0]
	mov sp, x1
	ldr x9, [sp, #160]
	msr fpcr, x9
	ldp x19, x20, [sp, #0]
	ldp x21, x22, [sp, #16]
	ldp x23, x24, [sp, #32]
	ldp x25, x26, [sp, #48]
	ldp x27, x28, [sp, #64]
	ldp x29, x30, [sp, #80]
	ldp d8, d9, [sp, #96]
	ldp d10, d11, [sp, #112]
	ldp d12, d13, [sp, #128]
	ldp d14, d15, [sp, #144]
	add sp, sp, #176
	ret
	.cfi_endproc
	.size switch_stack, . - switch_stack

	.globl switch_first
	.hidden switch_first
	.type switch_first, %function
/* The first return address of a new stack: x19 = entry, x20 = argument. */
switch_first:
	.cfi_startproc
	.cfi_undefined x30
	mov x0, x20
	mov x29, xzr
	blr x19
	brk #1
	.cfi_endproc
	.size switch_first, . - switch_first
#endif
	.section .note.GNU-stack, "", %progbits
