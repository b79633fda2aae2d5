// Reads manifests (YAML, several documents) from standard input and prints what an API server would refuse: unknown or
// misplaced fields, wrong types, and what the Pod Security level "restricted" forbids. Ends with 1 when there is any.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

func main() {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		panic(err)
	}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	seen, mistakes := 0, 0
	refuse := func(what string, why error) {
		fmt.Printf("refused %s: %v\n", what, why)
		mistakes++
	}
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			refuse("input", err)
			break
		}
		var meta struct {
			APIVersion, Kind string
			Metadata         struct{ Name string }
		}
		if err := yaml.Unmarshal(document, &meta); err != nil {
			refuse("document", err)
			continue
		}
		if meta.Kind == "" {
			continue
		}
		seen++
		what := meta.Kind + "/" + meta.Metadata.Name
		object, _, err := decoder.Decode(document, nil, nil)
		if runtime.IsNotRegisteredError(err) {
			fmt.Printf("unknown %s %s\n", meta.APIVersion, what)
			continue
		}
		if err != nil {
			refuse(what, err)
			continue
		}
		fmt.Printf("fine %s %s\n", meta.APIVersion, what)
		metadata, spec := podOf(object)
		if spec == nil {
			continue
		}
		level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
		result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, metadata, spec))
		if !result.Allowed {
			refuse(what, errors.New(result.ForbiddenDetail()))
		} else {
			fmt.Printf("restricted %s\n", what)
		}
	}
	if seen == 0 {
		refuse("input", errors.New("no manifest"))
	}
	if mistakes > 0 {
		os.Exit(1)
	}
}

func podOf(object runtime.Object) (*metav1.ObjectMeta, *corev1.PodSpec) {
	switch it := object.(type) {
	case *corev1.Pod:
		return &it.ObjectMeta, &it.Spec
	case *appsv1.Deployment:
		return &it.Spec.Template.ObjectMeta, &it.Spec.Template.Spec
	case *appsv1.StatefulSet:
		return &it.Spec.Template.ObjectMeta, &it.Spec.Template.Spec
	}
	return nil, nil
}
