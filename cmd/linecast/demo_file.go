package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/linecast/linecast/examples"
	"github.com/linecast/linecast/line/simulator"
)

// demoFile is the file that the demo imports: that of the examples, or as many
// made-up people as were asked for, written while they are sent.
func demoFile(people int) (name string, file io.ReadCloser, err error) {
	if people == 0 {
		file, err = examples.Files().Open("audience.csv")
		return "examples/audience.csv", file, err
	}
	from, to := io.Pipe()
	go func() { to.CloseWithError(writePeople(to, people)) }() // ends with the reader
	return fmt.Sprintf("%s made-up people", count(int64(people))), from, nil
}

// writePeople writes rows with the columns that the demo's campaign uses. The
// ids are those of the simulator's followers.
func writePeople(to io.Writer, people int) error {
	w := bufio.NewWriter(to)
	fmt.Fprintln(w, "user_id,line_id,name,tier,points:number")
	tiers := []string{"gold", "silver", "bronze", "platinum"}
	names := []string{"สมชาย", "さくら", "Ann", "민준", "怡君"}
	for i := range people {
		points := fmt.Sprint(i * 37 % 5000)
		if i%100 == 41 {
			points = "" // nothing to print: such a person is skipped
		}
		if _, err := fmt.Fprintf(w, "C-%07d,%s,%s %d,%s,%s\n", i, simulator.UserID(i), names[i%len(names)], i, tiers[i%len(tiers)], points); err != nil {
			return err
		}
	}
	return w.Flush()
}
