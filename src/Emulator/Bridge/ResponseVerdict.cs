using ForgeOrleans.Emulator.Requests;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>What the platform makes of a remote's response.</summary>
internal static class ResponseVerdict
{
    /// <summary><c>{success, payload}</c> or <c>{success, error}</c>: both resolve. Everything else throws, that is, rejects.</summary>
    public static InvokeAnswer Of(RemoteAnswer answer, Rejections rejections)
    {
        switch (answer.Failure)
        {
            case RemoteFailure.TimedOut:
                throw Rejections.TimedOut(PlatformLimits.Invocation);
            case RemoteFailure.TooLarge:
                throw Rejections.Unexpected(answer.Cause!);
            case RemoteFailure.Network:
                throw rejections.NetworkError(answer.Cause!);
        }

        var status = answer.Status!.Value;
        if (status is StatusCodes.Status401Unauthorized)
        {
            throw Rejections.NotVerified();
        }

        if (!answer.IsSuccess && answer.Headers.TryGetValue("content-type", out var contentType) && !ContractRules.IsJson(contentType))
        {
            throw rejections.WrongContentType(string.Join(", ", contentType), status);
        }

        if (answer.Body.Length is 0 && answer.IsSuccess)
        {
            return new InvokeAnswer { Success = true, Payload = new InvokeResponse(status, answer.Headers, null) };
        }

        var response = new InvokeResponse(status, answer.Headers, answer.Json ?? throw rejections.NotJson(status));
        return answer.IsSuccess
            ? new InvokeAnswer { Success = true, Payload = response }
            : new InvokeAnswer { Success = false, Error = response };
    }
}
