# The road with a file after every stage, to look at or to change by hand:
#	make -f migrate.mk DIR=atlas CONFIG=atlas.env
# A stage is run again when what it reads is newer.  rejects.ndjson holds what
# was set aside; statuses 3 (rejects) go on, everything else stops.

DIR    ?= .
CONFIG ?= $(error CONFIG=FILE: where are the settings? see env.example)
ZTOQ_RUN := $(shell od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
export ZTOQ_RUN
STAGE   = sh -c '"$$@" || [ $$? -eq 3 ]' stage
REJECT  = -r $(DIR)/rejects.ndjson

$(DIR)/loaded: $(DIR)/target.ndjson
	$(STAGE) zload --config $(CONFIG) $(REJECT) <$<
	touch $@

$(DIR)/target.ndjson: $(DIR)/source.ndjson
	$(STAGE) ztransform --config $(CONFIG) $(REJECT) <$< >$@.raw
	$(STAGE) zvalidate --config $(CONFIG) $(REJECT) <$@.raw >$@

$(DIR)/source.ndjson:
	$(STAGE) zextract --refresh --config $(CONFIG) >$@.raw
	$(STAGE) zvalidate --config $(CONFIG) $(REJECT) <$@.raw >$@

report: $(DIR)/loaded
	zvalidate --config $(CONFIG) --reconcile
	zreport --config $(CONFIG)

clean:
	rm -f $(DIR)/loaded $(DIR)/target.ndjson* $(DIR)/source.ndjson*

.DELETE_ON_ERROR:
.PHONY: report clean
