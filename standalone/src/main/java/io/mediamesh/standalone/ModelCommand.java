package io.mediamesh.standalone;

import picocli.CommandLine.Command;

/** What can be done with a file of a model without starting anything else. */
@Command(
        name = "model",
        description = "Look at a model of a detector, an ONNX file.",
        mixinStandardHelpOptions = true,
        subcommands = {ModelCheck.class, ModelBench.class})
final class ModelCommand {}
