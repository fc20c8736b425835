// Package templates measures the template engine beside three others: gonja
// (Jinja in Go), text/template and fasttemplate.
//
//	cd bench/templates && go test -bench . -benchmem
//
// It is a module of its own, so that the engines it compares with are no
// dependencies of the product. A test first shows that all of them make the
// same body for a user without characters that JSON escapes; only linecast
// makes JSON for the others.
//
// The engines that know no JSON get the user's attributes as a map that was
// decoded beforehand, or decode them ("/json"); linecast always begins with
// the text that the database gives.
package templates
