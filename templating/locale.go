package templating

import (
	"maps"
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
)

// locale is how a language writes dates and numbers. The names are those of
// the Unicode CLDR, stand-alone forms.
type locale struct {
	months, shortMonths [12]string
	days, shortDays     [7]string // from Sunday
	am, pm              string
	thousands, decimal  string
	date, time          string                                   // %x, %X
	era                 func(year, month, day int) (string, int) // %EC, %Ey; nil: the common era
}

// languages by their BCP 47 tag. A new language is one row.
var languages = map[string]*locale{
	"en": {
		months:      [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		days:        [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		shortDays:   [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		am:          "AM", pm: "PM", thousands: ",", decimal: ".", date: "%m/%d/%y", time: "%H:%M:%S",
	},
	"ja": {
		months: numbered("月"), shortMonths: numbered("月"),
		days:      [7]string{"日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"},
		shortDays: [7]string{"日", "月", "火", "水", "木", "金", "土"},
		am:        "午前", pm: "午後", thousands: ",", decimal: ".", date: "%Y年%m月%d日", time: "%H時%M分%S秒", era: japaneseEra,
	},
	"th": {
		months:      [12]string{"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"},
		shortMonths: [12]string{"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."},
		days:        [7]string{"วันอาทิตย์", "วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์"},
		shortDays:   [7]string{"อา.", "จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส."},
		am:          "ก่อนเที่ยง", pm: "หลังเที่ยง", thousands: ",", decimal: ".", date: "%d/%m/%Ey", time: "%H:%M:%S", era: buddhistEra,
	},
	"id": {
		months:      [12]string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"},
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"},
		days:        [7]string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
		shortDays:   [7]string{"Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"},
		am:          "AM", pm: "PM", thousands: ".", decimal: ",", date: "%d/%m/%y", time: "%H.%M.%S",
	},
	"ko": {
		months: numbered("월"), shortMonths: numbered("월"),
		days:      [7]string{"일요일", "월요일", "화요일", "수요일", "목요일", "금요일", "토요일"},
		shortDays: [7]string{"일", "월", "화", "수", "목", "금", "토"},
		am:        "오전", pm: "오후", thousands: ",", decimal: ".", date: "%Y년 %m월 %d일", time: "%H시 %M분 %S초",
	},
	"zh-Hant": {
		months:      [12]string{"一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"},
		shortMonths: numbered("月"),
		days:        [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		shortDays:   [7]string{"週日", "週一", "週二", "週三", "週四", "週五", "週六"},
		am:          "上午", pm: "下午", thousands: ",", decimal: ".", date: "%Y年%m月%d日", time: "%H時%M分%S秒", era: mingguoEra,
	},
}

// numbered are the months of languages that count them.
func numbered(suffix string) (out [12]string) {
	for i := range out {
		out[i] = string([]rune("0123456789")[(i+1)%10]) + suffix
		if i >= 9 {
			out[i] = "1" + out[i]
		}
	}
	return out
}

// languageAliases are other tags for the same rows.
var languageAliases = map[string]string{"jp": "ja", "zh": "zh-Hant", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "tw": "zh-Hant",
	"in": "id", "kr": "ko", "zh-hant-tw": "zh-Hant", "zh-hant-hk": "zh-Hant"}

// Languages lists the languages that dates and numbers can be written in.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// CheckLanguage is template.bad_language when no row of the languages is meant
// by tag, such as "th" or "ja-JP". The empty tag is fine: it means English.
func CheckLanguage(tag string) error {
	_, err := languageNamed(tag)
	return err
}

// languageNamed finds the row of a tag: "ja", "ja-JP", "zh_TW". The empty tag
// is English.
func languageNamed(tag string) (*locale, error) {
	t := strings.ReplaceAll(strings.ToLower(tag), "_", "-")
	if t == "" {
		return languages["en"], nil
	}
	for {
		if l := languages[t]; l != nil {
			return l, nil
		}
		if name, ok := languageAliases[t]; ok {
			return languages[name], nil
		}
		if t == "zh-hant" {
			return languages["zh-Hant"], nil
		}
		i := strings.LastIndexByte(t, '-')
		if i < 0 || strings.HasPrefix(t, "zh-hans") || t == "zh-cn" {
			return nil, errs.New("template.bad_language", shorten(tag, 40), strings.Join(Languages(), ", "), didYouMean(nearestLanguage(tag)))
		}
		t = t[:i]
	}
}

// languageNames are what people write for tags.
var languageNames = map[string]string{"english": "en", "japanese": "ja", "jpn": "ja", "thai": "th", "tha": "th", "indonesian": "id", "bahasa": "id",
	"ind": "id", "korean": "ko", "kor": "ko", "chinese": "zh-Hant", "taiwanese": "zh-Hant", "eng": "en"}

func nearestLanguage(tag string) string { return languageNames[strings.ToLower(tag)] }

// adviseLanguage is the advice of a parameter that names a language.
func adviseLanguage(tag string) (mistake *errs.Error, lint string) {
	if err := CheckLanguage(tag); err != nil {
		return errs.From(err), ""
	}
	return nil, ""
}

// language is the one an argument names, or the campaign's.
func (st *state) language(v value) (*locale, error) {
	if v.missing() {
		return languageNamed(st.t.opts.Language)
	}
	tag, err := st.text(v)
	if err != nil {
		return nil, err
	}
	return languageNamed(tag)
}

func buddhistEra(year, _, _ int) (string, int) { return "พ.ศ.", year + 543 }

func mingguoEra(year, _, _ int) (string, int) { return "民國", year - 1911 }

// japaneseEra names the era of the emperor; before Meiji it is 西暦.
func japaneseEra(year, month, day int) (string, int) {
	eras := []struct {
		name             string
		year, month, day int
	}{{"令和", 2019, 5, 1}, {"平成", 1989, 1, 8}, {"昭和", 1926, 12, 25}, {"大正", 1912, 7, 30}, {"明治", 1868, 10, 23}}
	at := year*10000 + month*100 + day
	for _, e := range eras {
		if at >= e.year*10000+e.month*100+e.day {
			return e.name, year - e.year + 1
		}
	}
	return "西暦", year
}
