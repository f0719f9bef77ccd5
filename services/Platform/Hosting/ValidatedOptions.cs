using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Hosting;

public static class ValidatedOptions
{
    /// <summary>
    /// Options bound from a section of the configuration and checked by their attributes when the service starts. Every fault is
    /// reported at once: a value of the wrong type, a value out of range, and a setting that does not exist (a misspelt name).
    /// Values are never repeated in the message: they may be secrets.
    /// </summary>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, string section)
        where T : class
    {
        if (services.Any(service => service.ServiceType == typeof(SectionOptions<T>))) return services;
        services.AddSingleton(provider => new SectionOptions<T>(provider.GetRequiredService<IConfiguration>().GetSection(section)));
        services.AddSingleton<IConfigureOptions<T>>(provider => provider.GetRequiredService<SectionOptions<T>>());
        services.AddSingleton<IValidateOptions<T>>(provider => provider.GetRequiredService<SectionOptions<T>>());
        services.AddOptions<T>().ValidateOnStart();
        return services;
    }
}

internal sealed class SectionOptions<T>(IConfigurationSection section) : IConfigureOptions<T>, IValidateOptions<T>
    where T : class
{
    private readonly List<string> misread = [];

    public void Configure(T options)
    {
        foreach (var setting in section.GetChildren())
        {
            var property = typeof(T).GetProperty(setting.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null || !property.CanWrite)
                misread.Add($"{setting.Path}: there is no such setting");
            else
                Set(options, property, setting);
        }
    }

    public ValidateOptionsResult Validate(string? name, T options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        var faults = misread.Concat(results.Select(Describe)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private void Set(T options, PropertyInfo property, IConfigurationSection setting)
    {
        try
        {
            property.SetValue(options, setting.Get(property.PropertyType) ?? property.GetValue(options));
        }
        catch (InvalidOperationException)
        {
            misread.Add($"{setting.Path}: is no {property.PropertyType.Name}");
        }
    }

    private string Describe(ValidationResult result) =>
        $"{section.Path}:{string.Join(',', result.MemberNames)}: {result.ErrorMessage}";
}
