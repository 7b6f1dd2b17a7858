/* SPDX-License-Identifier: 0BSD */
/* filter - what a filter of system calls is written with (linux/filter.h, seccomp.h, audit.h, which musl lacks) */
#ifndef LIBBB_FILTER_H
#define LIBBB_FILTER_H

#include <stddef.h>

/* A filter, struct sock_fprog to the kernel, is their number as an unsigned short, and a pointer to them. */
struct filter_rule {
	unsigned short code;
	unsigned char yes, no; /* so many rules are passed over */
	unsigned value;
};

/* What a rule may look at. */
struct filter_data {
	int call;
	unsigned arch;
	unsigned long long ip, args[6];
};

/* clang-format off */
#define LOAD(field) { 0x20, 0, 0, offsetof(struct filter_data, field) } /* BPF_LD | BPF_W | BPF_ABS */
#define LOAD_LOW(field) { 0x20, 0, 0, offsetof(struct filter_data, field) + FILTER_HALF }
#define LOAD_HIGH(field) { 0x20, 0, 0, offsetof(struct filter_data, field) + (4 - FILTER_HALF) }
#define EQUAL(value, yes, no) { 0x15, yes, no, value }   /* BPF_JMP | BPF_JEQ | BPF_K */
#define ABOVE(value, yes, no) { 0x25, yes, no, value }   /* BPF_JMP | BPF_JGT | BPF_K */
#define ANY_BIT(value, yes, no) { 0x45, yes, no, value } /* BPF_JMP | BPF_JSET | BPF_K */
#define SAY(value) { 0x06, 0, 0, value }                 /* BPF_RET | BPF_K */
/* clang-format on */
#define ALLOW SAY(0x7fff0000)
#define REFUSE(error) SAY(0x00050000 | (error))
#define FILTER_HALF (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0)

/* whose numbers these are: the ELF machine, and whether it is of 64 bits and little-endian (linux/audit.h) */
#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH 0xc000003e
#elif defined(__i386__)
#define ARCH 0x40000003
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH 0xc00000b7
#elif defined(__arm__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH 0x40000028
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH 0xc00000f3
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH 0xc0000015
#elif defined(__s390x__)
#define ARCH 0x80000016
#elif defined(__mips__) && !defined(__mips64)
#define ARCH (8 | (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x40000000 : 0))
#elif defined(__mips__) && defined(_LP64)
#define ARCH (0x80000008 | (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x40000000 : 0))
#else
#define ARCH 0 /* none that is known here */
#endif

#endif
