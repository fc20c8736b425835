// Package jsontext owns JSON as text: writing strings that stay one string
// whatever they hold, reading members of an object without parsing the rest,
// and a strict check that says where a text stops being JSON.
//
// It refuses what encoding/json lets pass and a receiver may read otherwise:
// duplicate keys, lone surrogates and invalid UTF-8.
package jsontext
