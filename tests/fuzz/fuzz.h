/* SPDX-License-Identifier: 0BSD */
/* fuzz - what a target is written with: FUZZ { ... } looks at the text, which is size bytes and a NUL behind them, in
   memory of just that length, and writable; MUST(what holds). One file is one target, one parser or a family. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ                                                              \
	static void fuzz_text(char *text, size_t size);                        \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)      \
	{                                                                 \
		char *text = malloc(size + 1);                            \
                                                                          \
		memcpy(text, data, size);                                 \
		text[size] = '\0';                                        \
		fuzz_text(text, size);                                         \
		free(text);                                               \
		return 0;                                                 \
	}                                                                 \
	static void fuzz_text(char *text, size_t size)

#define MUST(expression) ((expression) ? (void)0 : not_so(#expression, __LINE__))

__attribute__((noreturn, unused)) static void not_so(const char *what, int line)
{
	fprintf(stderr, "line %d: not so: %s\n", line, what);
	abort();
}

/* the first byte chooses, and is no part of the text: 0..n-1 */
#define CHOOSE(n) (size ? (unsigned char)(size--, *text++) % (n) : 0)

#endif
