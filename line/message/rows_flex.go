package message

// flexRows are Flex Messages down to the blocks of a bubble (LINE reference,
// "Flex Message"). A bubble of a carousel is a row of its own, because its
// hero may not be a video.
var flexRows = tables{
	objects: []object{
		message("flex", "flex-message", []field{
			{name: "altText", kind: str, need: required, max: 1500},
			{name: "contents", kind: obj, need: required, of: "flex container"},
		}, fewAnimations),
		bubble("bubble", "bubble", "hero"),
		bubble("carousel bubble", "bubble in a carousel", "hero in a carousel"),
		{name: "flex carousel", title: "flex carousel", anchor: "f-carousel", maxBytes: 50 << 10, fields: []field{
			{name: "contents", kind: list, need: required, min: 1, max: 12, soft: softMin, of: "bubble of a carousel"},
		}, rules: []rule{bubblesAlike}},
		{name: "bubble styles", title: "bubble style", anchor: "bubble-style", fields: []field{
			{name: "header", kind: obj, of: "block style"},
			{name: "hero", kind: obj, of: "block style"},
			{name: "body", kind: obj, of: "block style"},
			{name: "footer", kind: obj, of: "block style"},
		}},
		{name: "block style", title: "block style", anchor: "block-style", fields: []field{
			{name: "backgroundColor", kind: str, format: rgbaFormat},
			{name: "separator", kind: boolean},
			{name: "separatorColor", kind: str, format: rgbaFormat},
		}},
	},
	unions: []union{
		{name: "flex container", title: "a flex container", cases: []choice{
			{value: "bubble", of: "bubble"},
			{value: "carousel", of: "flex carousel"},
		}},
		{name: "bubble of a carousel", title: "a bubble of a carousel", cases: []choice{
			{value: "bubble", of: "carousel bubble"},
			{value: "carousel", refused: "a carousel holds bubbles only"},
		}},
		{name: "block", title: "a block", cases: components("header, body and footer take a box only", "box")},
		{name: "hero", title: "a hero block", cases: components("a hero takes a box, an image or a video", "box", "image", "video")},
		{name: "hero in a carousel", title: "a hero block in a carousel", cases: components(
			"in a carousel a hero takes a box or an image", "box", "image")},
	},
}

func bubble(name, title, hero string) object {
	return object{name: name, title: title, anchor: "bubble", maxBytes: 30 << 10, fields: []field{
		{name: "size", kind: str, enum: []string{"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"}},
		{name: "direction", kind: str, enum: []string{"ltr", "rtl"}},
		{name: "header", kind: obj, of: "block"},
		{name: "hero", kind: obj, of: hero},
		{name: "body", kind: obj, of: "block"},
		{name: "footer", kind: obj, of: "block"},
		{name: "styles", kind: obj, of: "bubble styles"},
		{name: "action", kind: obj, of: "action in a flex message"},
	}, rules: []rule{heroVideoSize, bubbleShowsSomething}}
}
