package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/linecast/linecast/line/simulator"
)

// person is a made-up user.
type person struct {
	lineID string
	list   string // the campaign he is to get; "" is none
	points bool   // without, the template has nothing to print, and he is skipped
}

// crowd makes n people for each list, and a twentieth of all besides who are
// on none and must receive nothing. A hundredth has no points.
func crowd(lists map[string]int) (people []person) {
	add := func(list string, n int) {
		for range n {
			i := len(people)
			people = append(people, person{lineID: simulator.UserID(i), list: list, points: i%100 != 41})
		}
	}
	for _, list := range sortedKeys(lists) {
		add(list, lists[list])
	}
	add("", 1+len(people)/20)
	return people
}

// badIDs are those of people whom LINE does not know, one in 250.
func badIDs(people []person) (ids []string) {
	for i, p := range people {
		if i%250 == 77 {
			ids = append(ids, p.lineID)
		}
	}
	return ids
}

// on lists who is on a list, by line_id.
func on(people []person, list string) (ids []string) {
	for _, p := range people {
		if p.list == list {
			ids = append(ids, p.lineID)
		}
	}
	return ids
}

// writePeople writes the file that is imported.
func writePeople(to io.Writer, people []person) error {
	w := bufio.NewWriter(to)
	fmt.Fprintln(w, "user_id,line_id,name,list,points:number")
	for i, p := range people {
		points := fmt.Sprint(i % 5000)
		if !p.points {
			points = ""
		}
		fmt.Fprintf(w, "S-%07d,%s,สมชาย %d,%s,%s\n", i, p.lineID, i, p.list, points)
	}
	return w.Flush()
}
