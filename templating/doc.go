// Package templating owns the template language: the JSON body of a LINE push
// request with placeholders, as MoEngage users write it, compiled once and
// rendered for each recipient.
//
// The language is a bounded Jinja 3.1 ({{ … }} or << … >>, {% if %}, {% for %},
// filters). The renderer knows JSON: it sees for every placeholder whether it
// stands inside a string, as a key or bare, and writes accordingly, so no
// attribute can change the structure of a body.
//
// It refuses whatever could reach beyond one rendering: files, other
// templates, macros, calls into Go, and work, text or nesting without bound.
// Every bound is an error of its own and never a panic.
//
// # Rendering for delivery
//
// The engine sends {"to": "<line_id>", "messages": […]}. An author may write
// "to" or leave it out. Three methods render, in one pass each:
//
//	Render        the author's body as it is: previews
//	RenderPush    the body of a push call, "to" inserted when it was left out
//	RenderShared  the members besides "to": what equal messages have in common
//
// A "to" that is not the recipient's own line_id is a *Reject. Delivery groups
// recipients whose RenderShared is equal and completes it with AppendMulticast
// or AppendPush; when UsesRecipient is false one rendering serves all.
//
// Outcomes that are no fault of the template are *Skip (and *Halt, where the
// campaign asks for it); everything else is an *errs.Error with Line and
// Column.
package templating
