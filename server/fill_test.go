package server

import (
	"reflect"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// fill sets every field below v to something that is not zero.
func fill(v reflect.Value, now time.Time) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(now))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), now)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), now)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), now)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), now)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(1)
	default:
		panic("fill: " + v.Kind().String())
	}
}

// unset returns the paths of the fields below m that hold nothing.
func unset(m protoreflect.Message, path string) []string {
	var paths []string
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		at := path + "." + string(f.Name())
		switch {
		case !m.Has(f):
			paths = append(paths, at)
		case f.IsList() && f.Message() != nil:
			paths = append(paths, unset(m.Get(f).List().Get(0).Message(), at)...)
		case f.Message() != nil && f.Message().FullName() != "google.protobuf.Timestamp":
			paths = append(paths, unset(m.Get(f).Message(), at)...)
		}
	}
	return paths
}
