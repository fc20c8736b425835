package audience

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// sampleCSV is n rows of ten attributes, about 200 bytes each.
func sampleCSV(n int) []byte {
	var b bytes.Buffer
	b.WriteString("line_id,user_id,name,tier,points,city,language,birthday,last_purchase_at,vip,phone,amount\n")
	cities := []string{"Bangkok", "東京", "Taipei", "서울", "Osaka, Kita"}
	for i := range n {
		fmt.Fprintf(&b, "U%032x,c%d,สมชาย %d,gold,%d,%q,th,1990-04-13,2026-10-%02dT08:00:00Z,true,0812345678,%d.50\n",
			i, i, i, i%5000, cities[i%len(cities)], 1+i%28, i%900)
	}
	return b.Bytes()
}

func BenchmarkCSVReader(b *testing.B) {
	file := sampleCSV(20_000)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := NewCSVReader(bytes.NewReader(file), CSVOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if len(row.Errors) > 0 {
				b.Fatal(row.Errors)
			}
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
