package message

import "bytes"

// areasInsideImage: an area that leaves the image cannot be tapped there; LINE
// does not say that it refuses it.
var areasInsideImage = rule{
	says: "Areas lie inside `baseSize`. (warning)",
	check: func(c *checker, n int32) {
		size, actions := c.member(n, "baseSize"), c.member(n, "actions")
		if size < 0 || actions < 0 || c.nodes[actions].kind != kindArray {
			return
		}
		for action := range c.children(actions) {
			if area := c.member(action, "area"); area >= 0 {
				c.inside(area, size, "x", "width")
				c.inside(area, size, "y", "height")
			}
		}
	},
}

// inside checks one direction of an area.
func (c *checker) inside(area, size int32, start, extent string) {
	edge, ok := c.numberMember(area, start)
	length, okLength := c.numberMember(area, extent)
	limit, okLimit := c.numberMember(size, extent)
	if ok && okLength && okLimit && edge+length > limit {
		c.measure(Warning, codeOutOfRange, area, int(limit), int(edge+length), "ends at %s %d; the image ends at %d", start, int(edge+length), int(limit))
	}
}

// numberMember is the value of a member that is a number of pixels.
func (c *checker) numberMember(obj int32, name string) (float64, bool) {
	n := c.member(obj, name)
	if n < 0 || c.nodes[n].kind != kindNumber {
		return 0, false
	}
	v := c.float(n)
	return v, v >= 0 && v < 1e9 && v == float64(int(v))
}

// columnsAlike: LINE reference, "Column object for carousel"; LINE refuses a
// carousel whose columns differ.
var columnsAlike = rule{
	says: "All columns have the same number of `actions`, and all or none have `title`, and `thumbnailImageUrl`.",
	check: func(c *checker, n int32) {
		columns := c.member(n, "columns")
		if columns < 0 || c.nodes[columns].kind != kindArray {
			return
		}
		for column := range c.children(columns) {
			c.likeFirst(columns+1, column)
		}
	},
}

// likeFirst compares a column with the first one.
func (c *checker) likeFirst(first, column int32) {
	for _, name := range []string{"title", "thumbnailImageUrl"} {
		switch has, firstHas := c.member(column, name) >= 0, c.member(first, name) >= 0; {
		case has && !firstHas:
			c.report(Error, codeInconsistent, column, "has %s and columns[0] has not; all columns or none", name)
		case !has && firstHas:
			c.report(Error, codeInconsistent, column, "has no %s and columns[0] has; all columns or none", name)
		}
	}
	if count, want := c.entriesOf(column, "actions"), c.entriesOf(first, "actions"); count >= 0 && want >= 0 && count != want {
		c.measure(Error, codeInconsistent, column, want, count, "has %s in actions and columns[0] has %d; all columns need the same number", entries(count), want)
	}
}

// entriesOf is how many entries a member that is a list has, or -1.
func (c *checker) entriesOf(obj int32, name string) int {
	n := c.member(obj, name)
	if n < 0 || c.nodes[n].kind != kindArray {
		return -1
	}
	return int(c.nodes[n].count)
}

// bubblesAlike: LINE reference, "Carousel" of Flex.
var bubblesAlike = rule{
	says: "All bubbles have the same `size`; without one it is `mega`.",
	check: func(c *checker, n int32) {
		bubbles := c.member(n, "contents")
		if bubbles < 0 || c.nodes[bubbles].kind != kindArray {
			return
		}
		for bubble := range c.children(bubbles) {
			if size, first := c.bubbleSize(bubble), c.bubbleSize(bubbles+1); !bytes.Equal(size, first) {
				c.report(Error, codeInconsistent, bubble, "has size %s and contents[0] has %s; all bubbles of a carousel need the same",
					clip(size, 20), clip(first, 20))
			}
		}
	},
}

// defaultSize is the size of a bubble that names none.
var defaultSize = []byte("mega")

func (c *checker) bubbleSize(bubble int32) []byte {
	if size := c.stringMember(bubble, "size"); size != nil {
		return size
	}
	return defaultSize
}

// heroVideoSize: LINE reference, "Use conditions of the video component".
var heroVideoSize = rule{
	says: "A `video` in `hero` needs `size` `kilo`, `mega` or `giga`.",
	check: func(c *checker, n int32) {
		hero := c.member(n, "hero")
		if hero < 0 || string(c.stringMember(hero, "type")) != "video" {
			return
		}
		switch size := c.bubbleSize(n); string(size) {
		case "kilo", "mega", "giga":
		default:
			c.report(Error, codeConflict, hero, "is a video, which needs a bubble of size kilo, mega or giga, not %s", clip(size, 20))
		}
	},
}

// bubbleShowsSomething is ours: LINE calls every block optional.
var bubbleShowsSomething = rule{
	says: "A bubble has at least one of `header`, `hero`, `body` and `footer`. (warning)",
	check: func(c *checker, n int32) {
		for _, block := range []string{"header", "hero", "body", "footer"} {
			if c.member(n, block) >= 0 {
				return
			}
		}
		c.report(Warning, codeIgnored, n, "has no header, hero, body or footer, so there is nothing to show")
	},
}

// textOrContents: LINE reference, "Text" of Flex.
var textOrContents = rule{
	says: "`text` or `contents` must be there.",
	check: func(c *checker, n int32) {
		if c.member(n, "text") < 0 && c.member(n, "contents") < 0 {
			c.missing(n, "text", Error, "a flex text needs text or contents")
		}
	},
}

// baselineIgnores: guide "Flex Message layout", "Child components in baseline
// boxes".
var baselineIgnores = rule{
	says: "In a baseline box `gravity` and `offsetBottom` of its components have no effect. (warning)",
	check: func(c *checker, n int32) {
		contents := c.member(n, "contents")
		if contents < 0 || c.nodes[contents].kind != kindArray {
			return
		}
		for child := range c.children(contents) {
			for _, name := range []string{"gravity", "offsetBottom"} {
				if at := c.member(child, name); at >= 0 {
					c.report(Warning, codeIgnored, at, "has no effect in a baseline box")
				}
			}
		}
	},
}

// countAnimation counts for fewAnimations.
var countAnimation = rule{check: func(c *checker, n int32) {
	if at := c.member(n, "animated"); at >= 0 && c.nodes[at].kind == kindTrue {
		c.animated++
	}
}}

// fewAnimations: LINE reference, "Image" of Flex.
var fewAnimations = rule{
	says: "At most 10 images have `animated`.",
	check: func(c *checker, n int32) {
		if c.animated > 10 {
			c.measure(Error, codeTooMany, n, 10, c.animated, "has %d animated images; LINE allows 10 in a message", c.animated)
		}
	},
}
