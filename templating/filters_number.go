package templating

var numberFilters = []filter{}
