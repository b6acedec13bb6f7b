#ifndef MOCK_ZEPHYR_API_H
#define MOCK_ZEPHYR_API_H

#include "zephyr/zephyr.h"

/* The handlers of zephyr_routes, one a call of the API. */
void	 z_health(struct mock *, struct request *, struct reply *);
void	 z_projects(struct mock *, struct request *, struct reply *);
void	 z_project_one(struct mock *, struct request *, struct reply *);
void	 z_priorities(struct mock *, struct request *, struct reply *);
void	 z_statuses(struct mock *, struct request *, struct reply *);
void	 z_environments(struct mock *, struct request *, struct reply *);
void	 z_folders(struct mock *, struct request *, struct reply *);
void	 z_folder_one(struct mock *, struct request *, struct reply *);
void	 z_cases(struct mock *, struct request *, struct reply *);
void	 z_cases_next(struct mock *, struct request *, struct reply *);
void	 z_case_one(struct mock *, struct request *, struct reply *);
void	 z_case_links(struct mock *, struct request *, struct reply *);
void	 z_case_versions(struct mock *, struct request *, struct reply *);
void	 z_case_version(struct mock *, struct request *, struct reply *);
void	 z_case_steps(struct mock *, struct request *, struct reply *);
void	 z_case_script(struct mock *, struct request *, struct reply *);
void	 z_cycles(struct mock *, struct request *, struct reply *);
void	 z_cycles_next(struct mock *, struct request *, struct reply *);
void	 z_cycle_one(struct mock *, struct request *, struct reply *);
void	 z_cycle_links(struct mock *, struct request *, struct reply *);
void	 z_plans(struct mock *, struct request *, struct reply *);
void	 z_plans_next(struct mock *, struct request *, struct reply *);
void	 z_plan_one(struct mock *, struct request *, struct reply *);
void	 z_execs(struct mock *, struct request *, struct reply *);
void	 z_execs_next(struct mock *, struct request *, struct reply *);
void	 z_exec_one(struct mock *, struct request *, struct reply *);
void	 z_exec_links(struct mock *, struct request *, struct reply *);
void	 z_exec_steps(struct mock *, struct request *, struct reply *);
void	 z_files(struct mock *, struct request *, struct reply *);
void	 z_file(struct mock *, struct request *, struct reply *);
/* source.c: /__mock/source */
void	 z_source(struct mock *, struct request *, struct reply *);

#endif
