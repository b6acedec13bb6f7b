#ifndef DOMAIN_SETTING_H
#define DOMAIN_SETTING_H

/*
 * The names of all settings of the suite, NULL at the end: the environment
 * twins of every program's options, and what has no option (secrets, qTest).
 * All programs share one file of settings, so each must know them all.
 */
extern const char *const setting_names[];

#endif
