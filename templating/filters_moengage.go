package templating

var moengageFilters = []filter{}
