package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/linecast/linecast/line/simulator"
)

// culture is how people of one language are called and where they live.
type culture struct {
	language string
	zone     string // offset of their clocks
	phone    string // how their numbers begin
	order    string // of family and given name
	family   []string
	given    []string
	cities   []string
}

var cultures = []culture{
	{"th", "+07:00", "08", "%[2]s %[1]s",
		[]string{"ใจดี", "สุขสวัสดิ์", "ทองดี", "ศรีสุข", "แก้วมณี", "วงศ์ไทย", "บุญมี", "รักษ์ไทย", "พงษ์พันธ์", "จันทร์เพ็ญ"},
		[]string{"สมชาย", "สมหญิง", "นภา", "วิชัย", "กมล", "ปรีชา", "มาลี", "อรทัย", "ณัฐ", "พิมพ์ใจ", "ธนากร", "ศิริพร"},
		[]string{"Bangkok", "Chiang Mai", "Phuket", "Khon Kaen", "เชียงราย"}},
	{"ja", "+09:00", "09", "%s %s",
		[]string{"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "髙島", "﨑田"},
		[]string{"さくら", "陽菜", "蓮", "大翔", "結衣", "葵", "翔太", "美咲", "健", "直美", "ゆう子"},
		[]string{"東京", "大阪", "札幌", "福岡", "名古屋"}},
	{"en", "+08:00", "09", "%[2]s %[1]s",
		[]string{"Lee", "O'Brien", "Smith", "Tan", "García", "Nguyen", "Fischer", "Wong", "Kaur", "Brown"},
		[]string{"Ann", "Ben", "Chloe", "Daniel", "José", "Priya", "Zoë", "Liam", "Grace", "Max"},
		[]string{"Singapore", "Bangkok", "Tokyo", "Kuala Lumpur", "Washington, D.C."}},
	{"ko", "+09:00", "010", "%s%s",
		[]string{"김", "이", "박", "최", "정", "강", "조", "윤"},
		[]string{"민준", "서연", "도윤", "지우", "하은", "지훈", "수빈", "예린"},
		[]string{"서울", "부산", "인천", "대구"}},
	{"zh-Hant", "+08:00", "09", "%s%s",
		[]string{"陳", "林", "黃", "張", "李", "王", "吳", "劉", "蔡"},
		[]string{"怡君", "志明", "淑芬", "家豪", "雅婷", "俊傑", "美玲", "冠宇"},
		[]string{"台北", "台中", "高雄", "台南", "新竹"}},
}

// tiers are as common as their repetition.
var tiers = []string{"bronze", "bronze", "bronze", "silver", "silver", "gold", "platinum"}

var allTags = []string{"newsletter", "vip", "coffee", "sale", "outlet", "app"}

// person is the row of person i: most things are known of most people, and
// few have no LINE account yet or are known by nothing else.
func person(random *rand.Rand, i int) string {
	c := cultures[random.IntN(len(cultures))]
	maybe := func(share float64, text string) string {
		if random.Float64() < share {
			return text
		}
		return ""
	}
	userID, lineID := fmt.Sprintf("C-%05d", 10_000+i), simulator.UserID(i)
	switch i % 40 {
	case 7:
		lineID = ""
	case 23:
		userID = ""
	}
	bought := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC).Add(-time.Duration(random.IntN(400*24*60)) * time.Minute)
	fields := []string{
		userID, lineID,
		maybe(0.97, fmt.Sprintf(c.order, pick(random, c.family), pick(random, c.given))),
		c.language,
		maybe(0.92, pick(random, c.cities)),
		pick(random, tiers),
		maybe(0.98, fmt.Sprint(random.IntN(200)*random.IntN(60))),
		maybe(0.85, fmt.Sprintf("%d-%02d-%02d", 1950+random.IntN(58), 1+random.IntN(12), 1+random.IntN(28))),
		maybe(0.8, bought.Format("2006-01-02T15:04:05")+c.zone),
		maybe(0.6, fmt.Sprintf("%s%08d", c.phone, random.IntN(100_000_000))),
		maybe(0.5, tags(random)),
	}
	for n, f := range fields {
		if strings.ContainsAny(f, `,"`) {
			fields[n] = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
	}
	return strings.Join(fields, ",") + "\n"
}

func pick(random *rand.Rand, list []string) string { return list[random.IntN(len(list))] }

// tags is one to three different tags.
func tags(random *rand.Rand) string {
	var some []string
	for _, n := range random.Perm(len(allTags))[:1+random.IntN(3)] {
		some = append(some, allTags[n])
	}
	return strings.Join(some, "|")
}
