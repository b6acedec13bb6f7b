# The map of suites.in.ndjson: suites, under one root, with text in a property.
.test_cycles = "suite" | .root = "From Zephyr"
| .fields += [{"from": "status", "artifact": "test-suites", "label": "State", "type": "combo",
    "values": "case_status"}]
