#pragma once

#include "zephyr/zephyr.h"

/* The handlers of zephyr_routes, and z_source (source.c) of /__mock/source. */
handler	 z_health, z_projects, z_project_one, z_priorities, z_statuses, z_environments,
	 z_folders, z_folder_one, z_cases, z_case_one, z_case_links, z_case_versions,
	 z_case_version, z_case_steps, z_case_script, z_cycles, z_cycle_one,
	 z_cycle_links, z_execs, z_exec_one, z_exec_links, z_exec_steps, z_files,
	 z_file, z_source;
