package templating

// didYouMean ends a message with the name an author probably meant.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return ", did you mean '" + name + "'?"
}
