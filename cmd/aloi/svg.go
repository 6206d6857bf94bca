package main

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"
)

// svgSpace is the XML namespace of SVG.
const svgSpace = "http://www.w3.org/2000/svg"

// element is an element of an SVG image. Texts and attributes are escaped when it is
// written.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []*element
}

// tag makes an element; attributes are names and values in turn.
func tag(name string, attributes ...string) *element {
	e := &element{XMLName: xml.Name{Local: name}}
	for i := 0; i+1 < len(attributes); i += 2 {
		e.Attrs = append(e.Attrs, xml.Attr{Name: xml.Name{Local: attributes[i]}, Value: attributes[i+1]})
	}
	return e
}

// with adds children, and returns the element.
func (e *element) with(children ...*element) *element {
	e.Children = append(e.Children, children...)
	return e
}

// saying sets the text of the element, made safe to show, and returns it.
func (e *element) saying(text string) *element {
	e.Text = shown(text)
	return e
}

// px writes a length, to a tenth of a pixel.
func px(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// writeSVG writes an image, with a line for each element below the root.
func writeSVG(w io.Writer, root *element) error {
	root.Attrs = append([]xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: svgSpace}}, root.Attrs...)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(root); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
