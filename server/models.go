package server

import (
	"context"
	"encoding/json"
	"strings"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

// models is the service for those who run the match model.
type models struct {
	aloiv1.UnimplementedModelsServer
	engine *engine.Engine
}

// GetModel returns the model in force.
func (s *models) GetModel(context.Context, *aloiv1.GetModelRequest) (*aloiv1.GetModelResponse, error) {
	model := s.engine.Model()
	text, err := modelText(model)
	if err != nil {
		return nil, err
	}
	return &aloiv1.GetModelResponse{Version: model.Version, Model: text}, nil
}

func modelText(m *matcher.Model) (string, error) {
	var b strings.Builder
	err := m.Save(&b)
	return b.String(), err
}

// Train learns a model and returns it; progress comes first.
func (s *models) Train(req *aloiv1.TrainRequest, stream aloiv1.Models_TrainServer) error {
	if v := aloi.ValidateText("version", req.Version); len(v) > 0 {
		return aloi.Invalid(v...)
	}
	model, report, err := s.engine.Train(stream.Context(), matcher.TrainOptions{
		Seed: req.Seed, Version: req.Version,
		Progress: func(done, total int) {
			// A client that has gone ends the context, and so the training.
			_ = stream.Send(&aloiv1.TrainResponse{Done: uint32(done), Total: uint32(total)})
		},
	})
	if err != nil {
		return err
	}
	out := &aloiv1.TrainedModel{Version: model.Version}
	if out.Model, err = modelText(model); err != nil {
		return err
	}
	var text strings.Builder
	if err := report.WriteText(&text); err != nil {
		return err
	}
	document, err := json.Marshal(report)
	if err != nil {
		return err
	}
	out.ReportText, out.ReportJson = text.String(), string(document)
	return stream.Send(&aloiv1.TrainResponse{Trained: out})
}

// Adopt puts a model in force; progress comes first, a message for each hundredth of
// each step.
func (s *models) Adopt(req *aloiv1.AdoptRequest, stream aloiv1.Models_AdoptServer) error {
	model := matcher.Default()
	if req.Model != "" {
		var err error
		if model, err = engine.ParseModel(req.Model); err != nil {
			return err
		}
	}
	var told aloiv1.AdoptResponse
	a, err := s.engine.Adopt(stream.Context(), model, func(step string, done, total uint64) {
		if total == 0 || step == told.Step && done*100/total == told.Done*100/total {
			return
		}
		told.Step, told.Done = step, done
		_ = stream.Send(&aloiv1.AdoptResponse{Step: step, Done: done, Total: total})
	})
	if err != nil {
		return err
	}
	return stream.Send(&aloiv1.AdoptResponse{Adoption: &aloiv1.Adoption{
		Version: a.Version, Replaced: a.Replaced, Records: a.Records, Entities: a.Entities, Changed: a.Changed,
		FirstSequence: a.FirstSequence, LastSequence: a.LastSequence,
	}})
}
