package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// plugins are the tools of go.mod that turn descriptors into Go code, in order.
var plugins = []string{"protoc-gen-go", "protoc-gen-go-grpc"}

// file is one generated file; name is its path from the proto folder, with slashes.
type file struct {
	name    string
	content []byte
}

// generate compiles every .proto file under root and returns the code that the
// plugins make of them, sorted by name.
func generate(ctx context.Context, root string) ([]file, error) {
	names, err := find(root, ".proto")
	if err != nil {
		return nil, err
	}
	request, err := compile(ctx, root, names)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, plugin := range plugins {
		made, err := runPlugin(ctx, root, plugin, request)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", plugin, err)
		}
		files = append(files, made...)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// find returns the files under root whose name ends in suffix, as sorted paths from
// root with slashes.
func find(root, suffix string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, suffix) {
			names = append(names, path)
		}
		return err
	})
	return names, err
}

// compile returns the request that protoc would give its plugins.
func compile(ctx context.Context, root string, names []string) (*pluginpb.CodeGeneratorRequest, error) {
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: []string{root}}),
		SourceInfoMode: protocompile.SourceInfoStandard, // the comments go into the Go code
	}
	compiled, err := compiler.Compile(ctx, names...)
	if err != nil {
		return nil, err
	}
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: names,
		Parameter:      proto.String("paths=source_relative"),
	}
	seen := map[string]bool{}
	for _, f := range compiled {
		addFile(request, f, seen)
	}
	return request, nil
}

// addFile adds a file to the request after those that it imports.
func addFile(request *pluginpb.CodeGeneratorRequest, f protoreflect.FileDescriptor, seen map[string]bool) {
	if seen[f.Path()] {
		return
	}
	seen[f.Path()] = true
	for i := range f.Imports().Len() {
		addFile(request, f.Imports().Get(i).FileDescriptor, seen)
	}
	request.ProtoFile = append(request.ProtoFile, fileProto(f))
}

func fileProto(f protoreflect.FileDescriptor) *descriptorpb.FileDescriptorProto {
	if r, ok := f.(linker.Result); ok {
		return r.FileDescriptorProto()
	}
	return protodesc.ToFileDescriptorProto(f)
}

// runPlugin runs one plugin in the module of root and returns the files that it made.
func runPlugin(ctx context.Context, root, plugin string, request *pluginpb.CodeGeneratorRequest) ([]file, error) {
	// Deterministic: the generated code embeds nothing of the request, but the order
	// in which a plugin meets its input should not vary either.
	in, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "tool", plugin)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, bytes.NewReader(in), &out, &complaints
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, complaints.Bytes())
	}
	var response pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(out.Bytes(), &response); err != nil {
		return nil, err
	}
	if response.Error != nil {
		return nil, errors.New(response.GetError())
	}
	var files []file
	for _, f := range response.File {
		files = append(files, file{name: f.GetName(), content: []byte(f.GetContent())})
	}
	return files, nil
}
