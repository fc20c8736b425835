// Package campaign owns what is sent, to whom and when: the definition an
// author writes, its schedule, and the states a campaign goes through.
//
// It refuses to send anything and to know where campaigns are stored: package
// delivery turns a due campaign into messages, package postgres keeps it. A
// definition that Validate accepted can be published; what only LINE or the
// audience can tell is asked by delivery's preflight.
package campaign
