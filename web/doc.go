// Package web owns the pages for people: what campaigns there are, how their
// runs go, what became of each recipient, and which templates are kept. Pages
// are made on the server and complete without JavaScript; one small ES module
// of ours keeps those that say so up to date.
//
// One table (routes.go) names each page with its handler, its template and the
// scope a reader needs. render is the only place that writes a page, fail the
// only one that turns an error into one. A new page is a file with its data
// and handler, a template, and a row of the table.
//
// The package refuses to store or to change anything: it declares the few
// readings it needs (Store), and package postgres has them. It refuses inline
// styles and scripts, and everything that another host would have to serve.
package web
