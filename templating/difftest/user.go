package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// randomUser is a random user: the attributes that templates ask for, some of
// them left out or null. It is JSON text, so that both sides parse the same
// numbers.
func randomUser(r *rand.Rand) json.RawMessage {
	pick := func(options ...string) string { return options[r.IntN(len(options))] }
	members := []string{
		`"name":` + pick(`"Aki \"Ace\" Sato"`, `"Bob"`, `"太郎"`, `"\u0e2a\u0e21 x"`, `"\"},{\"type\":\"text\",\"text\":\"pwned"`),
		`"first_name":` + pick(`"aki SATO"`, `"lee"`, `"o'neil"`),
		`"jp":` + pick(`"太郎"`, `"ありがとう ございます"`),
		`"empty":""`,
		`"url":"a b&c=d/é"`,
		`"html":"<b>&</b>"`,
		`"spaced":"  hi  "`,
		`"num_text":` + pick(`"42"`, `"3.99"`, `"12abc"`, `" 7 "`, `"1_0"`, `"nan"`),
		`"age":` + pick("42", "0", "17", "-3"),
		`"zero":0`,
		`"big":1000000`,
		`"huge":` + pick("123456789012345678901234567890", "9007199254740993"),
		`"negative":-17`,
		`"price":` + pick("1234.5", "0.1", "2.675", "1e21", "300.0"),
		`"whole":1200.0`,
		`"tiny":` + pick("0.00001", "1.5e-10"),
		`"vip":` + pick("true", "false"),
		`"optout":false`,
		`"tags":` + pick(`["sale","new","vip"]`, `["b","A","c"]`, `[]`),
		`"nums":` + pick(`[3,1,2]`, `[1,1,2.5]`, `[10]`),
		`"mixed":` + pick(`[1,"a",2.5,true]`, `[null,1]`, `[[1],{"a":2}]`),
		`"address":` + pick(`{"city":"Tokyo","zip":"100-0001"}`, `{"city":"台北","n":{"x":[1,2]}}`, `{}`),
		`"cart":` + pick(`[{"title":"Tea","price":300,"tags":["hot"]},{"title":"Cake \"XL\"","price":450,"tags":[]}]`,
			`[{"title":"b","price":1.5,"tags":[]},{"title":"B","price":2,"tags":["x"]},{"title":"a","price":1.5,"tags":["y"]}]`),
	}
	kept := members[:0]
	for _, m := range members {
		switch r.IntN(40) {
		case 0: // left out
		case 1:
			kept = append(kept, m[:strings.IndexByte(m, ':')]+":null")
		default:
			kept = append(kept, m)
		}
	}
	return json.RawMessage("{" + strings.Join(kept, ",") + "}")
}

// hasNull says whether anything in the user's attributes is null.
func hasNull(user json.RawMessage) bool { return bytes.Contains(user, []byte("null")) }
