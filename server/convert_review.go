package server

import (
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

func toReviewPair(p engine.ReviewPair) *aloiv1.ReviewPair {
	return &aloiv1.ReviewPair{
		A: toRef(p.A), B: toRef(p.B), EntityA: string(p.EntityA), EntityB: string(p.EntityB),
		Information: p.Information, Why: toWhy(p.Why),
	}
}

func toMeasure(m *engine.Measure) *aloiv1.MeasureResponse {
	return &aloiv1.MeasureResponse{
		Judged: m.Judged, JudgedSame: m.JudgedSame, ModelSame: m.ModelSame, BothSame: m.BothSame,
		Precision: m.Precision.Share, PrecisionLow: m.Precision.Low, PrecisionHigh: m.Precision.High,
		Recall: m.Recall.Share, RecallLow: m.Recall.Low, RecallHigh: m.Recall.High,
		Bands: list(m.Bands, toBand),
	}
}

func toBand(b engine.MeasuredBand) *aloiv1.MeasuredBand {
	return &aloiv1.MeasuredBand{From: b.From, To: b.To, Same: b.Same, Different: b.Different}
}
