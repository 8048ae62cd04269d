"""Writes small models in the form of each family, with known outputs, into the folder given.

Each tells the same three objects: P, class 1, 0.9, at (8, 20)-(24, 40) of an input of 64x64 pixels; the same box once more
as class 0, 0.7; and Q, class 2, 0.6, at (40, 24)-(60, 44). Those that leave overlapping boxes in tell P a second time, a
pixel beside and with 0.8. What they tell does not depend on the picture, although it is calculated with it.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(sys.argv[1])
SIDE = 64
P, TWIN, OTHER, Q = (8, 20, 24, 40), (9, 20, 25, 40), (8, 20, 24, 40), (40, 24, 60, 44)
DISTINCT = [(P, 1, 0.9), (OTHER, 0, 0.7), (Q, 2, 0.6)]
ALL = DISTINCT + [(TWIN, 1, 0.8)]
NAMES = "{0: 'dog', 1: 'cat', 2: 'bird'}"
CELLS = [(s, x, y) for s in (8, 16, 32) for y in range(SIDE // s) for x in range(SIDE // s)]
TYPES = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.int64): TensorProto.INT64,
         np.dtype(np.int32): TensorProto.INT32, np.dtype(np.float16): TensorProto.FLOAT16}


def write(name, outputs, shape=(1, 3, SIDE, SIDE), kind=TensorProto.FLOAT, metadata=None, sizes=None, declared=None,
          manifest=None):
    """sizes: the output that is multiplied with the input orig_target_sizes. declared: shapes that the model announces."""
    nodes = [helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
             helper.make_node("ReduceMax", ["pixels"], ["brightest"], keepdims=0),
             helper.make_node("Clip", ["brightest", "none", "none"], ["zero"])]
    constants = [numpy_helper.from_array(np.array(0, np.float32), "none")]
    inputs = [helper.make_tensor_value_info("images", kind, shape)]
    infos = []
    if sizes:
        inputs.append(helper.make_tensor_value_info("orig_target_sizes", TensorProto.INT64, [1, 2]))
        nodes.append(helper.make_node("Cast", ["orig_target_sizes"], ["wanted"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Concat", ["wanted", "wanted"], ["corners"], axis=1))
    for output, array in outputs.items():
        array = np.asarray(array)
        array = array.astype(np.float32) if array.dtype == np.float64 else array
        number = TYPES[array.dtype]
        constants.append(numpy_helper.from_array(array, output + "_known"))
        nodes.append(helper.make_node("Cast", ["zero"], [output + "_zero"], to=number))
        told = output + "_told" if sizes == output else output
        nodes.append(helper.make_node("Add", [output + "_known", output + "_zero"], [told]))
        if sizes == output:
            nodes.append(helper.make_node("Mul", [told, "corners"], [output]))
        infos.append(helper.make_tensor_value_info(output, number, (declared or {}).get(output, array.shape)))
    graph = helper.make_graph(nodes, "tiny", inputs, infos, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / (name + ".onnx"))
    if manifest:
        (FOLDER / (name + ".yaml")).write_text(manifest)


def centre(box):
    return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]]


def shares(box):
    return [side / SIDE for side in box]


def dense(count, objectness, objects=ALL, form=centre):
    """Rows of box, objectness where there is any, and classes; the others are spread over the input, with no class."""
    rows = np.zeros((1, count, 7 + objectness))
    rows[0, :, 0] = np.linspace(0, SIDE, count)
    rows[0, :, 1:4] = 1
    rows[0, :, 4 + objectness:] = 0.01
    for place, (box, label, score) in enumerate(objects):
        rows[0, 5 + place, :4] = form(box)
        if objectness:
            rows[0, 5 + place, 4] = 0.95
        rows[0, 5 + place, 4 + objectness + label] = score / (0.95 if objectness else 1)
    return rows


def pairs(count, classes, first=0, form=list):
    boxes, scores = np.zeros((1, count, 4)), np.full((1, count, classes), 0.01)
    boxes[0, :] = form((1, 1, 3, 3))
    for place, (box, label, score) in enumerate(ALL):
        boxes[0, 5 + place] = form(box)
        scores[0, 5 + place, first + label] = score
    return boxes, scores


def logits(probabilities):
    return np.log(probabilities / (1 - probabilities))


def known(write_one):
    write_one("yolov5", {"output0": dense(3 * len(CELLS), 1)}, metadata={"names": "['a', 'b']"})
    write_one("yolov8", {"output0": dense(len(CELLS), 0).transpose(0, 2, 1)}, metadata={"names": NAMES, "task": "detect"})
    write_one("yolov8-rows", {"output0": dense(len(CELLS), 0)}, metadata={"names": NAMES})
    write_one("yolov8-half", {"output0": dense(len(CELLS), 0).transpose(0, 2, 1).astype(np.float16)},
              kind=TensorProto.FLOAT16, metadata={"names": NAMES})
    write_one("yolov8-open", {"output0": dense(len(CELLS), 0).transpose(0, 2, 1)}, shape=("n", 3, "h", "w"),
              declared={"output0": ("n", "a", "c")}, metadata={"names": NAMES, "imgsz": "[64, 64]"})
    masks = np.concatenate([dense(len(CELLS), 0).transpose(0, 2, 1), np.full((1, 32, len(CELLS)), 5.0)], axis=1)
    write_one("yolov8-seg", {"output0": masks, "output1": np.zeros((1, 32, 16, 16))},
              metadata={"names": NAMES, "task": "segment"})
    write_one("yolov6", {"outputs": always(dense(len(CELLS), 1))})
    write_one("yolox", {"output": relative(dense(len(CELLS), 1))})
    write_one("yolox-decoded", {"output": dense(len(CELLS), 1)})
    boxes, scores = pairs(len(CELLS), 3)
    write_one("yolo-nas", {"graph2_a": boxes, "graph2_b": scores}, kind=TensorProto.UINT8)
    nms()
    queries()
    ssd()


def always(rows):
    rows[0, :, 5:] *= rows[0, :, 4:5]
    rows[0, :, 4] = 1
    return rows


def relative(rows):
    for place, (stride, x, y) in enumerate(CELLS):
        rows[0, place, 0] = rows[0, place, 0] / stride - x if 5 <= place < 9 else 0.5
        rows[0, place, 1] = rows[0, place, 1] / stride - y if 5 <= place < 9 else 0.5
        rows[0, place, 2:4] = np.log(rows[0, place, 2:4] / stride)
    return rows


def nms():
    rows = np.zeros((1, 300, 6))
    for place, (box, label, score) in enumerate(DISTINCT):
        rows[0, place] = [*box, score, label]
    write("yolov10", {"output0": rows}, metadata={"names": NAMES, "end2end": "True"})
    write("yolov7-nms", {"output": np.array([[0, *box, label, score] for box, label, score in DISTINCT])},
          declared={"output": ("n", 7)})
    write("yolo-nas-flat", {"graph2_flat_predictions": np.array([[0, *box, score, label] for box, label, score in DISTINCT])},
          declared={"graph2_flat_predictions": ("n", 7)}, kind=TensorProto.UINT8)
    boxes = np.full((1, 100, 4), 7.0)
    boxes[0, :3] = [box for box, _, _ in DISTINCT]
    scores = np.full((1, 100), 0.99)
    scores[0, :3] = [score for _, _, score in DISTINCT]
    labels = np.zeros((1, 100), np.int32)
    labels[0, :3] = [label for _, label, _ in DISTINCT]
    write("tensorrt", {"num_dets": np.array([[3]], np.int32), "det_boxes": boxes, "det_scores": scores, "det_classes": labels})
    rows = rows[:, :0]
    write("nothing", {"output0": rows}, declared={"output0": (1, "n", 6)}, metadata={"names": NAMES})


def queries():
    boxes, scores = pairs(100, 4, form=lambda box: shares(centre(box)))
    scores[0, :, 3] = 1 - scores[0, :, :3].sum(axis=-1)
    write("detr", {"logits": np.log(np.maximum(scores, 1e-6)), "pred_boxes": boxes}, manifest="labels: [dog, cat, bird]")
    boxes, scores = pairs(300, 3, form=lambda box: shares(centre(box)))
    write("rt-detr", {"logits": logits(scores), "pred_boxes": boxes}, manifest="labels: [dog, cat, bird]")
    write("rt-detr-or-detr", {"logits": logits(scores), "pred_boxes": boxes})
    write("rf-detr", {"dets": boxes, "labels": logits(scores)})
    table = dense(300, 0, form=lambda box: shares(centre(box)))
    table[0, 9:, 0] /= SIDE
    write("rt-detr-table", {"output0": table}, metadata={"names": NAMES})
    told = np.array([[*shares(box)] for box, _, _ in DISTINCT])[None]
    write("rt-detr-sizes", {"labels": np.array([[label for _, label, _ in DISTINCT]], np.int64), "boxes": told,
                            "scores": np.array([[score for _, _, score in DISTINCT]])}, sizes="boxes")


def ssd():
    boxes, scores = pairs(50, 4, first=1, form=shares)
    scores[0, :, 0] = 1 - scores[0, :, 1:].sum(axis=-1)
    write("ssd", {"scores": scores, "boxes": boxes})
    told = np.array([[box[1], box[0], box[3], box[2]] for box, _, _ in DISTINCT])[None] / SIDE
    write("tensorflow", {"detection_boxes": told, "detection_classes": np.array([[label + 1.0 for _, label, _ in DISTINCT]]),
                         "detection_scores": np.array([[score for _, _, score in DISTINCT]]), "num_detections": np.array([3.0])},
          shape=(1, "h", "w", 3), kind=TensorProto.UINT8)
    write("torchvision", {"boxes": np.array([box for box, _, _ in DISTINCT], np.float32),
                          "labels": np.array([label for _, label, _ in DISTINCT], np.int64),
                          "scores": np.array([score for _, _, score in DISTINCT])})


def refused():
    rows = {"output0": dense(len(CELLS), 0).transpose(0, 2, 1)}
    write("flat", rows, shape=(SIDE, SIDE))
    write("grey", rows, shape=(1, 1, SIDE, SIDE))
    write("batch", rows, shape=(4, 3, SIDE, SIDE))
    write("vast", rows, shape=(1, 3, 100_000, 100_000))
    write("whole", rows, kind=TensorProto.INT64)
    write("classes", {"scores": np.full((1, 1000), 0.001)})
    write("heads", {"p3": np.zeros((1, 3, 8, 8, 85))})
    write("turned", {"output0": dense(len(CELLS), 0).transpose(0, 2, 1)}, metadata={"task": "obb"})
    nan = dense(len(CELLS), 0).transpose(0, 2, 1)
    nan[0, 4, 0] = np.nan
    write("nan", {"output0": nan})


known(write)
refused()
