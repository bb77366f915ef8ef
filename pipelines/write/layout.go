package write

import (
	"cmp"
	"slices"

	"millrace/models/model"
)

// The grid on which nodes are drawn, in units of the canvas.
const (
	layerWidth = 240
	rowHeight  = 96
)

// layout draws the nodes in layers from left to right by their distance from the sources. Within a layer they stand in the order of the mean
// of their neighbours' rows (the barycenter heuristic of Sugiyama, Tagawa and Toda, 1981), swept forth and back.
func layout(d *model.Document) map[string]model.Point {
	inputs, outputs := map[string][]string{}, map[string][]string{}
	for _, e := range d.Edges {
		inputs[e.To] = append(inputs[e.To], e.From)
		outputs[e.From] = append(outputs[e.From], e.To)
	}
	depths := map[string]int{}
	var depth func(id string) int
	depth = func(id string) int {
		if at, done := depths[id]; done {
			return at
		}
		at := 0
		for _, in := range inputs[id] {
			at = max(at, depth(in)+1)
		}
		depths[id] = at
		return at
	}
	var layers [][]string
	for i := range d.Nodes {
		id := d.Nodes[i].ID
		for len(layers) <= depth(id) {
			layers = append(layers, nil)
		}
		layers[depth(id)] = append(layers[depth(id)], id)
	}
	rows := map[string]int{}
	number := func(layer []string) {
		for i, id := range layer {
			rows[id] = i
		}
	}
	arrange := func(layer []string, neighbours map[string][]string) {
		mean := map[string]float64{}
		for _, id := range layer {
			mean[id] = float64(rows[id])
			if near := neighbours[id]; len(near) > 0 {
				sum := 0
				for _, other := range near {
					sum += rows[other]
				}
				mean[id] = float64(sum) / float64(len(near))
			}
		}
		slices.SortStableFunc(layer, func(a, b string) int { return cmp.Compare(mean[a], mean[b]) })
		number(layer)
	}
	for _, layer := range layers {
		number(layer)
	}
	const sweeps = 4
	for range sweeps {
		for _, layer := range layers {
			arrange(layer, inputs)
		}
		for _, layer := range slices.Backward(layers) {
			arrange(layer, outputs)
		}
	}
	out := map[string]model.Point{}
	for x, layer := range layers {
		for y, id := range layer {
			out[id] = model.Point{X: float64(x * layerWidth), Y: float64(y * rowHeight)}
		}
	}
	return out
}
