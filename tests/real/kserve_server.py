"""A KServe server with the model "churn", for kserve_check.py: kserve_server.py PORT."""

import sys

from kserve import InferOutput, InferResponse, Model, ModelServer
from kserve.errors import InvalidInput


class Churn(Model):
    def __init__(self):
        super().__init__("churn")
        self.ready = True

    async def predict(self, payload, headers=None, response_headers=None):
        values = payload.inputs[0].data
        if len(values) != 4:
            raise InvalidInput("four values are wanted")
        return InferResponse(
            response_id="1",
            model_name=self.name,
            infer_outputs=[InferOutput(name="y", shape=[1], datatype="FP32", data=[sum(values)])],
        )


ModelServer(http_port=int(sys.argv[1]), enable_grpc=False).start([Churn()])
