package templating

func (st *state) percent(format string, v value) (value, error) {
	return value{}, typeError("not all arguments converted during string formatting")
}
