// Command gen writes the example files of users: examples/audience.csv, 5,000
// people of five languages among a few rows that are wrong, and
// examples/bad.csv, one row for each mistake that people make.
//
//	go run ./examples/gen          writes both into examples
//	go run ./examples/gen -dir d   into another directory
//
// The same program writes the same files, byte for byte. The people do not
// exist; their LINE user ids are those of the simulator's followers, so that a
// campaign to them can be tried on it.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// people is how many rows of audience.csv are right.
const people = 5000

func main() {
	dir := flag.String("dir", "examples", "directory to write to")
	flag.Parse()
	for _, f := range files {
		if err := writeFile(filepath.Join(*dir, f.name), f.write); err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}

// files are what gen writes.
var files = []struct {
	name  string
	write func(w io.Writer) error
}{
	{"audience.csv", writeAudience},
	{"bad.csv", writeBad},
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return f.Close()
}

const header = "user_id,line_id,name,language,city,tier,points:number,birthday,last_purchase_at,phone,tags:array\n"

// writeAudience writes the people in an order that has nothing to do with
// their ids, and the mistakes evenly among them.
func writeAudience(w io.Writer) error {
	random := rand.New(rand.NewPCG(2026, 11))
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	every := people / (len(mistakes) + 1)
	for row, i := range random.Perm(people) {
		if n := row / every; row%every == 0 && n > 0 && n <= len(mistakes) {
			if _, err := io.WriteString(w, mistakes[n-1]+"\n"); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, person(random, i)); err != nil {
			return err
		}
	}
	return nil
}

// writeBad writes each mistake between rows that are right.
func writeBad(w io.Writer) error {
	random := rand.New(rand.NewPCG(2026, 12))
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	for i, mistake := range mistakes {
		if _, err := io.WriteString(w, person(random, i)+mistake+"\n"); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, person(random, len(mistakes)))
	return err
}

// mistakes are the rows that are refused, each for another reason.
var mistakes = []string{
	`,,Somebody,en,Bangkok,gold,120,1990-04-13,,,`,
	`C-90001,somchai_33,สมชาย ใจดี,th,Bangkok,gold,120,1990-04-13,,,`,
	`C-90002,Cd4f0a1b2c3d4e5f60718293a4b5c6d7e,Staff group,en,Osaka,gold,0,,,,`,
	`C-90003,,"Mei Chen,zh-Hant,Taipei,silver,80,1988-10-10,,,`,
	`C-90004,,Tanaka, Yuki,ja,Osaka,gold,310,1992-02-29,,,`,
	`C-90005,,Kim Minjun,ko,Seoul,gold`,
	`C-90006,,Ann Lee,en,Singapore,gold,N/A,1990-01-01,,,`,
	`C-90007,,"Bob "the builder" Ray",en,Phuket,silver,55,1979-07-04,,,`,
}
