package templating

import "github.com/linecast/linecast/errs"

// tryOut renders a template of dynamic shape for sample users.
func (t *Template) tryOut() []*errs.Error { return nil }
