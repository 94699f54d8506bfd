/* SPDX-License-Identifier: BSD-2-Clause */

#if defined(__x86_64__)
	.text
	.globl switch_stack
	.hidden switch_stack
	.type switch_stack, @function
/* (rdi: where to leave the old stack pointer, rsi: the new one) */
switch_stack:
	.cfi_startproc
	endbr64
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	stmxcsr (%rsp)
	fnstcw 4(%rsp)
	mov %rsp, (%rdi)
	mov %rsi, %rsp
	ldmxcsr (%rsp)
	fldcw 4(%rsp)
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret
	.cfi_endproc
	.size switch_stack, . - switch_stack

	.globl switch_first
	.hidden switch_first
	.type switch_first, @function
/* The first return address of a new stack: r12 = entry, r13 = argument. */
switch_first:
	.cfi_startproc
	.cfi_undefined rip
	mov %r13, %rdi
	xor %ebp, %ebp
	call *%r12
	ud2
	.cfi_endproc
	.size switch_first, . - switch_first
#endif
	.section .note.GNU-stack, "", %progbits
