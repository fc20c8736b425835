package templating

import (
	"strings"
	"time"
)

// clock reads T or a space, hours, minutes, seconds and AM or PM.
func (p *dateParser) clock() bool {
	if !p.any("Tt ") {
		return false
	}
	var ok bool
	if p.hour, ok = p.number(1, 2); !ok || !p.any(":") {
		return false
	}
	if p.minute, ok = p.number(2, 2); !ok {
		return false
	}
	if p.any(":") {
		if p.second, ok = p.number(2, 2); !ok {
			return false
		}
		if p.any(".,") {
			p.fraction()
		}
	}
	p.halfDay()
	return p.hour <= 24 && p.minute < 60 && p.second <= 60
}

func (p *dateParser) fraction() {
	unit := 100_000_000
	for p.i < len(p.s) && '0' <= p.s[p.i] && p.s[p.i] <= '9' {
		p.nano += int(p.s[p.i]-'0') * unit
		unit /= 10
		p.i++
	}
}

func (p *dateParser) halfDay() {
	at := p.i
	p.any(" ")
	switch strings.ToUpper(p.word()) {
	case "AM":
		p.hour %= 12
		p.i += 2
	case "PM":
		p.hour = p.hour%12 + 12
		p.i += 2
	default:
		p.i = at
	}
}

// zone reads Z, UTC, GMT or an offset. Letters such as CST or IST stand for
// several zones and are passed over, as MoEngage does.
func (p *dateParser) zone() (zone *time.Location, zoned, ok bool) {
	p.any(" ")
	switch w := strings.ToUpper(p.word()); {
	case w == "Z" || w == "UTC" || w == "GMT":
		p.i += len(w)
		zoned = true
	case len(w) >= 2 && len(w) <= 5:
		p.i += len(w)
	}
	if p.rest() == "" {
		return time.UTC, zoned, true
	}
	sign := 1
	if p.rest()[0] == '-' {
		sign = -1
	}
	if !p.any("+-") {
		return nil, false, false
	}
	hours, ok := p.number(2, 2)
	p.any(":")
	minutes, _ := p.number(2, 2)
	if !ok || p.rest() != "" || hours > 18 || minutes > 59 {
		return nil, false, false
	}
	return time.FixedZone("", sign*(hours*3600+minutes*60)), true, true
}
