.undated = "reject"
