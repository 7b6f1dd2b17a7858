/* SPDX-License-Identifier: 0BSD */
/* applet - what an applet file gives to the box: int ID_main(char **argv), and nothing else */
#ifndef APPLET_H
#define APPLET_H

/* argv[0] is the name that it was called by, NULL stands at the end; the exit status comes back. */
#define X(symbol, name, dir, id) int id##_main(char **argv);
#include "applets.h"
#undef X

#endif
