package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/linecast/linecast/line/simulator"
)

func demoFile(recipients int) (string, io.Reader) {
	n := recipients
	if n == 0 {
		n = 5000
	}
	var b strings.Builder
	b.WriteString("user_id,line_id,name,tier,points\n")
	for i := range n {
		fmt.Fprintf(&b, "c-%d,%s,สมชาย %d,%s,%d\n", i, simulator.UserID(i), i, []string{"gold", "silver", "basic"}[i%3], i%1000)
	}
	b.WriteString("c-x,Ubad,x,gold,1\n")
	return "audience.csv", strings.NewReader(b.String())
}
