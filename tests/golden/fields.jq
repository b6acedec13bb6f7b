# The map of fields.in.ndjson: values that find a property leave the text.
.users = {"557058:ab": "ann@example.com"}
| .root = "From Zephyr"
| .fields += [
    {"from": "priority.name", "artifact": "test-cases", "label": "Priority", "type": "combo",
     "values": "priority"},
    {"from": "status", "artifact": "test-cases", "label": "Status", "type": "combo",
     "values": "case_status"},
    {"from": "owner", "artifact": "test-cases", "label": "Assigned To", "type": "user"},
    {"from": "labels", "artifact": "test-cases", "label": "Tags", "type": "multi"},
    {"from": "customFields.Number", "artifact": "test-cases", "label": "Points", "type": "number"},
    {"from": "customFields.Date", "artifact": "test-cases", "label": "Due", "type": "date"},
    {"from": "customFields.Rich", "artifact": "test-cases", "label": "Rich", "type": "rich"},
    {"from": "environment.name", "artifact": "test-runs", "label": "Environment", "type": "text"}]
