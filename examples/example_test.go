package examples_test

import (
	"bufio"
	"fmt"

	"github.com/linecast/linecast/examples"
)

func Example() {
	file, err := examples.Files().Open("audience.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	rows := bufio.NewScanner(file)
	rows.Scan()
	fmt.Println(rows.Text())
	// Output: user_id,line_id,name,language,city,tier,points:number,birthday,last_purchase_at,phone,tags:array
}
