from rest_framework.views import APIView


class Outcome(APIView):
    pass


class Escalate(APIView):
    pass


class Information(APIView):
    pass
