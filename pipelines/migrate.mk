# The pipeline with a file after every stage, to inspect or to edit by hand:
#	make -f migrate.mk DIR=atlas CONFIG=atlas.env
# A stage runs again if its input is newer.  rejects.ndjson contains the rejected
# records.  Exit status 3 (records rejected) continues, any other stops.

DIR    ?= .
CONFIG ?= $(error the settings are missing: use CONFIG=FILE (see env.example))
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
