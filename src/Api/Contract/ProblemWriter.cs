using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Contract;

/// <summary>Writes the framework's problem details, as its validation makes them, in the one form that the platform passes on.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        return new(ErrorResponse.WriteAsync(context.HttpContext, problem is HttpValidationProblemDetails { Errors: var errors }
            ? new(ForgeErrorCode.InvalidRequest, ErrorCodes.Message(400)) { Status = status, Fields = errors.ToDictionary(error => Field(error.Key), error => error.Value) }
            : new(ErrorCodes.Of(status), problem.Detail ?? problem.Title ?? ErrorCodes.Message(status)) { Status = status }));
    }

    // Named as the caller wrote it, not as the C# property is called.
    private static string Field(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
