package server

import (
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// operations is the service for those who run the server.
type operations struct {
	aloiv1.UnimplementedOperationsServer
	data *datadir.Data
}
