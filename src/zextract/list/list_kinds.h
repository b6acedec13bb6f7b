#pragma once

#include "list/list.h"

/* The kinds of lists. */
extern const struct list_kind priorities_list, status_case_list,
    status_plan_list, status_cycle_list, status_execution_list,
    environments_list, folders_list, cases_list, plans_list, cycles_list,
    executions_list;
