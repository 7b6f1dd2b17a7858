/* SPDX-License-Identifier: 0BSD */
/* config - what the configuration switched on, as plain C */
#ifndef LIBBB_CONFIG_H
#define LIBBB_CONFIG_H

#define INITBOX_VERSION "0.1.0"

/* ENABLED(CONFIG_X): 1 where .config says CONFIG_X=y, else 0, also when X is unknown. A constant, so it
   may stand in if, ?: and initialisers: all code is compiled in every configuration, and what is off
   is dropped by the compiler and by --gc-sections. autoconf.h (made from .config) defines CONFIG_X as 1. */
#define ENABLED(symbol) ENABLED_VALUE(symbol)
#define ENABLED_VALUE(value) ENABLED_SHIFT(ENABLED_COMMA_##value)
#define ENABLED_SHIFT(...) ENABLED_SECOND(__VA_ARGS__ 1, 0, 0)
#define ENABLED_SECOND(first, second, ...) second
#define ENABLED_COMMA_1 0,

/* IF_ENABLED(CONFIG_X, text): the text, or nothing. For the list of applets only. */
#define IF_ENABLED(symbol, ...) IF_ENABLED_GLUE(IF_ENABLED_, ENABLED(symbol))(__VA_ARGS__)
#define IF_ENABLED_GLUE(a, b) IF_ENABLED_GLUE_(a, b)
#define IF_ENABLED_GLUE_(a, b) a##b
#define IF_ENABLED_0(...)
#define IF_ENABLED_1(...) __VA_ARGS__

#define LIKE_PRINTF(text, first) __attribute__((format(printf, text, first)))
/* An array of pages stands apart, so that what is small and often used shares few of them: a supervisor stays long. And
   behind the small (which --sort-section=name sees to), that the small stand right behind the data. */
#define APART __attribute__((section(".bss.zz_apart")))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
