package templating

var queryFilters = []filter{}
