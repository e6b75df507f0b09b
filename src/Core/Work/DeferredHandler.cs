using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Work;

/// <summary>A handler of work, with what it takes: its run, the payload, services, a cancellation token.</summary>
internal sealed class DeferredHandler
{
    private readonly Delegate _handler;
    private readonly Func<Arguments, object?>[] _parameters;

    public DeferredHandler(string kind, Delegate handler, IServiceProvider services)
    {
        if (handler.Method.ReturnType == typeof(void) && handler.Method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw new ArgumentException("The handler is 'async void': nobody would learn when it ends, or fails. Let it return a Task.", nameof(handler));
        var binding = new Binding(kind, services);
        _handler = handler;
        _parameters = [.. handler.Method.GetParameters().Select(binding.Bind)];
    }

    public async Task RunAsync(WorkRun run, IServiceProvider services, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(run, services, cancellationToken);
        object? result;
        try
        {
            result = _handler.DynamicInvoke(Array.ConvertAll(_parameters, parameter => parameter(arguments)));
        }
        catch (TargetInvocationException e) when (e.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
            return;
        }
        switch (result)
        {
            case Task task:
                await task;
                break;
            case ValueTask task:
                await task;
                break;
            case { } other when other.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>):
                await (Task)type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(other, [])!;
                break;
        }
    }

    private sealed record Arguments(WorkRun Run, IServiceProvider Services, CancellationToken CancellationToken);

    /// <summary>Decides where each parameter comes from when the handler is mapped: what nothing provides is found then, not by the first delivery.</summary>
    private sealed class Binding(string kind, IServiceProvider services)
    {
        private readonly IServiceProviderIsService? _known = services.GetService<IServiceProviderIsService>();
        private ParameterInfo? _payload;

        public Func<Arguments, object?> Bind(ParameterInfo parameter)
        {
            var type = parameter.ParameterType;
            if (type == typeof(CancellationToken))
                return arguments => arguments.CancellationToken;
            if (type == typeof(IServiceProvider))
                return arguments => arguments.Services;
            if (typeof(WorkRun).IsAssignableFrom(type))
                return BindRun(parameter);
            if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
                return BindKeyed(parameter, keyed.Key);
            if (_known?.IsService(type) is not false)
                return arguments => arguments.Services.GetRequiredService(type);
            if (parameter.HasDefaultValue)
                return _ => parameter.DefaultValue;
            return BindPayload(parameter);
        }

        private Func<Arguments, object?> BindRun(ParameterInfo parameter)
        {
            var type = parameter.ParameterType;
            var run = kind switch
            {
                WorkKind.Event => typeof(ProductEvent),
                WorkKind.Trigger => typeof(TriggerRun),
                WorkKind.Lifecycle => typeof(LifecycleEvent),
                WorkKind.Job => typeof(JobRun),
                _ => typeof(WorkRun),
            };
            return type.IsAssignableFrom(run)
                ? arguments => arguments.Run
                : throw new ArgumentException($"The parameter '{parameter.Name}' is a {type.Name}; the run of a handler of the kind '{kind}' is a {run.Name}.");
        }

        private Func<Arguments, object?> BindKeyed(ParameterInfo parameter, object? key)
        {
            var type = parameter.ParameterType;
            if (_known is IServiceProviderIsKeyedService keyed && !keyed.IsKeyedService(type, key))
                return parameter.HasDefaultValue
                    ? _ => parameter.DefaultValue
                    : throw new ArgumentException($"Nothing provides the parameter '{parameter.Name}': there is no service of the type {type} with the key '{key}'.");
            return arguments => arguments.Services.GetRequiredKeyedService(type, key);
        }

        private Func<Arguments, object?> BindPayload(ParameterInfo parameter)
        {
            var type = parameter.ParameterType;
            if (type.IsInterface || type.IsAbstract || type.IsPrimitive)
                throw new ArgumentException(
                    $"Nothing provides the parameter '{parameter.Name}' of the type {type}: a handler of work takes its run, its payload's type, registered services and a CancellationToken.");
            if (_payload is not null)
                throw new ArgumentException(
                    $"The parameters '{_payload.Name}' and '{parameter.Name}' would both be the payload. Register the one that is a service ({_payload.ParameterType} or {type}).");
            _payload = parameter;
            return arguments => arguments.Run.Payload(type);
        }
    }
}
