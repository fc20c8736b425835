package message

import "slices"

// componentRows are what the blocks of a bubble are made of (LINE reference,
// "Component"). A box is a row for each kind of layout, because the layout
// says what may stand in it.
var componentRows = tables{
	objects: []object{
		box("box", "component in a box", nil),
		box("baseline box", "component in a baseline box", []rule{baselineIgnores}),
		{name: "flex button", title: "flex button", anchor: "button", fields: slices.Concat([]field{
			{name: "action", kind: obj, need: required, of: "action of a flex button"},
			{name: "style", kind: str, enum: []string{"primary", "secondary", "link"}},
			{name: "color", kind: str, format: rgbaFormat},
			{name: "height", kind: str, enum: []string{"sm", "md"}},
			adjustMode, gravity, scaling, flexRatio,
		}, placement)},
		{name: "flex image", title: "flex image", anchor: "f-image", fields: slices.Concat([]field{
			{name: "url", kind: str, need: required, max: 2000, format: imageURL, note: "at most 1024×1024 px and 10 MB, 300 KB when animated"},
			{name: "size", kind: str, format: imageFormat},
			{name: "aspectRatio", kind: str, format: ratioFormat},
			{name: "aspectMode", kind: str, enum: []string{"cover", "fit"}},
			{name: "backgroundColor", kind: str, format: rgbaFormat},
			{name: "animated", kind: boolean},
			align, gravity, flexRatio, flexAction,
		}, placement), rules: []rule{countAnimation}},
		{name: "flex video", title: "flex video", anchor: "f-video", fields: []field{
			{name: "url", kind: str, need: required, max: 2000, format: videoURL, note: "at most 200 MB"},
			{name: "previewUrl", kind: str, need: required, max: 2000, format: imageURL, note: "at most 1 MB"},
			{name: "altContent", kind: obj, need: required, of: "alternative content"},
			{name: "aspectRatio", kind: str, format: ratioFormat},
			{name: "action", kind: obj, of: "action of a flex video"},
		}},
		{name: "flex icon", title: "flex icon", anchor: "icon", fields: slices.Concat([]field{
			{name: "url", kind: str, need: required, max: 2000, format: imageURL, note: "at most 1024×1024 px and 1 MB"},
			{name: "size", kind: str, format: fontFormat},
			{name: "aspectRatio", kind: str, format: ratioFormat},
			scaling,
		}, placement)},
		{name: "flex text", title: "flex text", anchor: "f-text", fields: slices.Concat([]field{
			{name: "text", kind: str, min: 1, note: "needed unless contents is there"},
			{name: "contents", kind: list, of: "component in a text", note: "needed unless text is there"},
			{name: "wrap", kind: boolean},
			{name: "maxLines", kind: integer, between: atLeast(0)},
			{name: "lineSpacing", kind: str, format: pixelsFormat},
			adjustMode, align, gravity, scaling, flexRatio, flexAction,
		}, letters, placement), rules: []rule{textOrContents}},
		{name: "flex span", title: "flex span", anchor: "span", fields: append([]field{
			{name: "text", kind: str, need: expected},
		}, letters...)},
		{name: "flex separator", title: "flex separator", anchor: "separator", fields: []field{
			margin, {name: "color", kind: str, format: rgbaFormat},
		}},
		{name: "flex filler", title: "flex filler", anchor: "filler", fields: []field{flexRatio},
			deprecated: "margin, padding or spacing of the components around it"},
		{name: "linear gradient", title: "linear gradient", anchor: "box", fields: []field{
			{name: "angle", kind: str, need: required, format: angleFormat},
			{name: "startColor", kind: str, need: required, format: rgbaFormat},
			{name: "endColor", kind: str, need: required, format: rgbaFormat},
			{name: "centerColor", kind: str, format: rgbaFormat},
			{name: "centerPosition", kind: str, format: percentFormat},
		}},
	},
	unions: []union{
		{name: "box by layout", title: "a box", by: "layout", closed: true, cases: []choice{
			{value: "vertical", of: "box"}, {value: "horizontal", of: "box"}, {value: "baseline", of: "baseline box"},
		}},
		{name: "background", title: "a background", cases: []choice{{value: "linearGradient", of: "linear gradient"}}},
		{name: "component in a box", title: "a flex component", cases: components(
			"a vertical or horizontal box takes box, button, image, text, separator and filler", "box", "button", "image", "text", "separator", "filler")},
		{name: "component in a baseline box", title: "a flex component", cases: components(
			"a baseline box takes icon, text and filler", "icon", "text", "filler")},
		{name: "component in a text", title: "a span", cases: components("a text's contents takes spans only", "span")},
		{name: "alternative content", title: "the altContent of a video", cases: components("altContent takes a box or an image", "box", "image")},
	},
}

// components lists every component: those of allowed, and the others with why
// they are refused.
func components(why string, allowed ...string) []choice {
	var cases []choice
	for _, name := range []string{"box", "button", "image", "video", "icon", "text", "span", "separator", "filler"} {
		switch {
		case !slices.Contains(allowed, name):
			cases = append(cases, choice{value: name, refused: why})
		case name == "box":
			cases = append(cases, choice{value: name, of: "box by layout"})
		default:
			cases = append(cases, choice{value: name, of: "flex " + name})
		}
	}
	return append(cases, choice{value: "spacer", refused: "LINE no longer takes it; use margin, padding or spacing"})
}

func box(name, contents string, rules []rule) object {
	return object{name: name, title: name, anchor: "box", rules: rules, fields: slices.Concat([]field{
		{name: "contents", kind: list, need: required, of: contents},
		{name: "backgroundColor", kind: str, format: rgbaFormat},
		{name: "borderColor", kind: str, format: rgbaFormat},
		{name: "borderWidth", kind: str, format: borderFormat},
		{name: "cornerRadius", kind: str, format: spaceFormat},
		{name: "width", kind: str, format: boxSizeFormat},
		{name: "maxWidth", kind: str, format: boxSizeFormat},
		{name: "height", kind: str, format: boxSizeFormat},
		{name: "maxHeight", kind: str, format: boxSizeFormat},
		{name: "spacing", kind: str, format: spaceFormat},
		{name: "paddingAll", kind: str, format: paddingFormat},
		{name: "paddingTop", kind: str, format: paddingFormat},
		{name: "paddingBottom", kind: str, format: paddingFormat},
		{name: "paddingStart", kind: str, format: paddingFormat},
		{name: "paddingEnd", kind: str, format: paddingFormat},
		{name: "justifyContent", kind: str, enum: []string{"flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly"}},
		{name: "alignItems", kind: str, enum: []string{"flex-start", "center", "flex-end"}},
		{name: "background", kind: obj, of: "background"},
		flexRatio, flexAction,
	}, placement)}
}

// Fields that several components share.
var (
	margin     = field{name: "margin", kind: str, format: spaceFormat}
	flexRatio  = field{name: "flex", kind: integer, between: atLeast(0)}
	flexAction = field{name: "action", kind: obj, of: "action in a flex message"}
	align      = field{name: "align", kind: str, enum: []string{"start", "end", "center"}}
	gravity    = field{name: "gravity", kind: str, enum: []string{"top", "bottom", "center"}}
	scaling    = field{name: "scaling", kind: boolean}
	adjustMode = field{name: "adjustMode", kind: str, enum: []string{"shrink-to-fit"}}

	placement = []field{
		margin,
		{name: "position", kind: str, enum: []string{"relative", "absolute"}},
		{name: "offsetTop", kind: str, format: offsetFormat},
		{name: "offsetBottom", kind: str, format: offsetFormat},
		{name: "offsetStart", kind: str, format: offsetFormat},
		{name: "offsetEnd", kind: str, format: offsetFormat},
	}
	letters = []field{
		{name: "size", kind: str, format: fontFormat},
		{name: "color", kind: str, format: rgbaFormat},
		{name: "weight", kind: str, enum: []string{"regular", "bold"}},
		{name: "style", kind: str, enum: []string{"normal", "italic"}},
		{name: "decoration", kind: str, enum: []string{"none", "underline", "line-through"}},
	}
)
