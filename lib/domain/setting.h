#pragma once

/*
 * The names of all settings of the suite, with NULL at the end: the variables of every
 * program's options, and those without an option (secrets, qTest).  All programs read
 * one file of settings, so that each must know them all.
 */
extern const char *const setting_names[];
